package dev.outband.security;

import org.tomlj.Toml;
import org.tomlj.TomlParseOptions;
import org.tomlj.TomlParseResult;
import org.tomlj.internal.TomlLexer;
import org.tomlj.internal.TomlParser;
import org.tomlj.internal.antlr.v4.runtime.BaseErrorListener;
import org.tomlj.internal.antlr.v4.runtime.CharStreams;
import org.tomlj.internal.antlr.v4.runtime.CommonTokenStream;
import org.tomlj.internal.antlr.v4.runtime.RecognitionException;
import org.tomlj.internal.antlr.v4.runtime.Recognizer;
import org.tomlj.internal.antlr.v4.runtime.Token;

/**
 * Parses TOML for its first error. The library goes on after an error, one or more for each line,
 * and makes an exception of 7 KiB of each: a policy of 1 MiB that was replaced by garbage would
 * cost the server that reads it again gigabytes. Its own grammar, asked first, stops at once; what
 * is wrong the library says of the text up to there.
 */
final class TomlGrammar {
  /** Arrays and tables in one another; the cost of an error grows with its square. */
  private static final int MAX_NESTING = 8;

  /** Code points: the parser looks beyond the end of a line to tell what is wrong before it. */
  private static final int LOOK_AHEAD = 80;

  private static final TomlParseOptions OPTIONS =
      TomlParseOptions.sourceless().withMaxNestingDepth(MAX_NESTING);

  private TomlGrammar() {}

  /** Parses a text; if it is wrong, the first of the result's errors is its first. */
  static TomlParseResult parse(String text) {
    String start = upToFirstError(text);
    TomlParseResult result = Toml.parse(start, OPTIONS);
    return result.hasErrors() || start.length() == text.length()
        ? result
        : Toml.parse(text, OPTIONS);
  }

  private static String upToFirstError(String text) {
    Stop stop = new Stop();
    TomlLexer lexer = new TomlLexer(CharStreams.fromString(text));
    lexer.removeErrorListeners();
    lexer.addErrorListener(stop);
    TomlParser parser = new TomlParser(new CommonTokenStream(lexer));
    parser.removeErrorListeners();
    parser.addErrorListener(stop);
    parser.setBuildParseTree(false);
    parser.setMaxNestingDepth(MAX_NESTING);
    try {
      parser.toml();
      return text;
    } catch (StoppedException e) {
      return text.substring(0, endOfNextLine(text, text.offsetByCodePoints(0, e.codePoints)));
    }
  }

  private static int endOfNextLine(String text, int from) {
    int lookAhead = Math.min(LOOK_AHEAD, text.codePointCount(from, text.length()));
    int most = text.offsetByCodePoints(from, lookAhead);
    int feed = text.indexOf('\n', from);
    int end = feed < 0 ? -1 : text.indexOf('\n', feed + 1);
    return end < 0 ? most : Math.min(most, end + 1);
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
      throw new StoppedException(offending instanceof Token token ? token.getStopIndex() + 1 : 0);
    }
  }

  private static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** How many there are up to the end of what is wrong. */
    private final int codePoints;

    StoppedException(int codePoints) {
      super("code point " + codePoints, null, false, false);
      this.codePoints = codePoints;
    }
  }
}
