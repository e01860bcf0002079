package dev.outband.cli.files;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A path that a client gave, taken apart: each name is one component that the file system cannot
 * read as a path.
 *
 * @param shown the path as the client wrote it, for messages
 * @param names the components; none for the root
 */
record FilePath(String shown, List<Path> names) {

  static FilePath parse(String text) throws TransferException {
    if (text.length() > FileService.MAX_PATH_CHARS) {
      throw new TransferException(
          Code.INVALID,
          "path must have 0.." + FileService.MAX_PATH_CHARS + " characters, not " + text.length());
    }
    List<Path> names = new ArrayList<>();
    if (!text.isEmpty()) {
      String folderOrFile = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
      for (String name : folderOrFile.split("/", -1)) {
        names.add(component(name, text));
      }
    }
    return new FilePath(text, List.copyOf(names));
  }

  private static Path component(String name, String text) throws TransferException {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw invalid("a path has neither empty names nor . or ..", text);
    }
    try {
      Path component = Path.of(name);
      if (component.isAbsolute() || component.getNameCount() != 1) {
        throw invalid("not the name of a file", text);
      }
      if (TemporaryNames.isTemporary(name)) {
        throw new TransferException(Code.NOT_FOUND, "no such file, path=" + text);
      }
      return component;
    } catch (InvalidPathException e) {
      throw invalid("this server's file system has no such names", text);
    }
  }

  private static TransferException invalid(String why, String text) {
    return new TransferException(Code.INVALID, why + ", path=" + text);
  }

  boolean isRoot() {
    return names.isEmpty();
  }

  Path last() {
    return names.get(names.size() - 1);
  }

  List<Path> folders() {
    return names.subList(0, Math.max(0, names.size() - 1));
  }

  boolean endsInSlash() {
    return shown.endsWith("/");
  }

  /** An exception that names the path as the client wrote it, and nothing of the server's own. */
  TransferException failure(Code code, String what) {
    return new TransferException(code, what + ", path=" + shown);
  }
}
