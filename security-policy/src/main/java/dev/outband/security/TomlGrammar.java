package dev.outband.security;

import org.tomlj.internal.TomlLexer;
import org.tomlj.internal.TomlParser;
import org.tomlj.internal.antlr.v4.runtime.BaseErrorListener;
import org.tomlj.internal.antlr.v4.runtime.CharStreams;
import org.tomlj.internal.antlr.v4.runtime.CommonTokenStream;
import org.tomlj.internal.antlr.v4.runtime.RecognitionException;
import org.tomlj.internal.antlr.v4.runtime.Recognizer;

/**
 * Where a text first breaks TOML's grammar. The library goes on after an error, one for each line,
 * and each is an exception of 7 KiB: a policy of 1 MiB that was replaced by garbage would cost the
 * server that reads it again gigabytes. Its own grammar, asked first, stops at once.
 */
final class TomlGrammar {
  private TomlGrammar() {}

  /**
   * As much of a text as the library needs to say what is wrong with it first: up to the line after
   * the first error of syntax; all of it where there is none.
   */
  static String upToFirstError(String text) {
    Stop stop = new Stop();
    TomlLexer lexer = new TomlLexer(CharStreams.fromString(text));
    lexer.removeErrorListeners();
    lexer.addErrorListener(stop);
    TomlParser parser = new TomlParser(new CommonTokenStream(lexer));
    parser.removeErrorListeners();
    parser.addErrorListener(stop);
    parser.setBuildParseTree(false);
    try {
      parser.toml();
      return text;
    } catch (StoppedException e) {
      return firstLines(text, e.line + 1);
    }
  }

  private static String firstLines(String text, int lines) {
    int end = 0;
    for (int line = 0; line < lines; line++) {
      int feed = text.indexOf('\n', end);
      if (feed < 0) {
        return text;
      }
      end = feed + 1;
    }
    return text.substring(0, end);
  }

  /** Leaves the parser at the first error. */
  private static final class Stop extends BaseErrorListener {
    @Override
    public void syntaxError(
        Recognizer<?, ?> recognizer,
        Object offending,
        int line,
        int column,
        String message,
        RecognitionException why) {
      throw new StoppedException(line);
    }
  }

  private static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int line;

    StoppedException(int line) {
      super("line " + line, null, false, false);
      this.line = line;
    }
  }
}
