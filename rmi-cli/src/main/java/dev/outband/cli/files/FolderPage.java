package dev.outband.cli.files;

import dev.outband.cli.files.FileEntry.Kind;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.TreeMap;

/** One page of a folder's listing, in bounded memory whatever the size of the folder. */
final class FolderPage {

  private final String after;
  private final TreeMap<String, FileEntry> entries = new TreeMap<>();

  private FolderPage(String after) {
    this.after = after;
  }

  /** The first entries after a name; none only if there are no more. Reads the whole folder. */
  static FileEntry[] of(SecureDirectoryStream<Path> folder, String after) throws IOException {
    FolderPage page = new FolderPage(after);
    try {
      for (Path path : folder) {
        page.offer(folder, path.getFileName());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return page.entries.values().toArray(FileEntry[]::new);
  }

  /** The page of a file, which is its own only entry. */
  static FileEntry[] of(String name, BasicFileAttributes attributes, String after) {
    FolderPage page = new FolderPage(after);
    if (page.isWanted(name)) {
      page.add(name, attributes);
    }
    return page.entries.values().toArray(FileEntry[]::new);
  }

  private void offer(SecureDirectoryStream<Path> folder, Path path) throws IOException {
    String name = path.toString();
    if (!isWanted(name)) {
      return;
    }
    try {
      add(name, FileRoot.attributes(folder, path));
    } catch (NoSuchFileException e) {
      return; // Removed since the folder was read, so it is no entry.
    }
    if (entries.size() > FileService.MAX_LISTED) {
      entries.pollLastEntry();
    }
  }

  private boolean isWanted(String name) {
    boolean full = entries.size() == FileService.MAX_LISTED;
    return name.compareTo(after) > 0
        && !(full && name.compareTo(entries.lastKey()) > 0)
        && !TemporaryNames.isTemporary(name);
  }

  private void add(String name, BasicFileAttributes attributes) {
    long modifiedMs = attributes.lastModifiedTime().toMillis();
    if (attributes.isDirectory()) {
      entries.put(name, new FileEntry(name, Kind.FOLDER, 0, modifiedMs));
    } else if (attributes.isRegularFile()) {
      entries.put(name, new FileEntry(name, Kind.FILE, attributes.size(), modifiedMs));
    }
  }
}
