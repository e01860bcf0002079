package dev.outband.security;

import dev.outband.security.PolicyException.Place;
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
import org.tomlj.internal.antlr.v4.runtime.atn.PredictionMode;

/**
 * Parses TOML for its first error. The library goes on after an error, one or more for each line,
 * and makes an exception of 7 KiB of each: a policy of 1 MiB that was replaced by garbage would
 * cost the server that reads it again gigabytes. Its own grammar, asked first, stops at once; what
 * is wrong the library says of the text up to there.
 *
 * <p>Comments are read as blanks, because the library pays 6 KiB for each, and characters beyond
 * ASCII as question marks, 4 KiB each: no name, pattern or key of a policy may have one.
 */
final class TomlGrammar {
  /** Arrays and tables in one another; the cost of an error grows with its square. */
  private static final int MAX_NESTING = 8;

  /**
   * Where the grammar is stopped, which without a tree does not count tables in one another and
   * would run out of stack; the library then refuses what is beyond {@link #MAX_NESTING}.
   */
  private static final int MAX_OPEN = 2 * MAX_NESTING;

  /** Words, signs and ends of lines; the library keeps up to a kilobyte for each. */
  private static final int MAX_TOKENS = 100_000;

  /** The library takes a time that grows with the cube of them. */
  private static final int MAX_EMPTY_LINES = 256;

  /**
   * Characters from where it is wrong: the parser quotes them, and looks beyond the end of a line
   * to tell what is wrong before it.
   */
  private static final int LOOK_AHEAD = 80;

  private static final TomlParseOptions OPTIONS =
      TomlParseOptions.sourceless().withMaxNestingDepth(MAX_NESTING);

  private TomlGrammar() {}

  /**
   * Parses a text; if it is wrong, the first of the result's errors is its first.
   *
   * @param origin what messages call it
   * @param text what is written in it
   * @throws PolicyException if it is longer than any policy
   */
  static TomlParseResult parse(String origin, String text) throws PolicyException {
    int[] codePoints = text.codePoints().map(c -> c < 0x80 ? c : '?').toArray();
    String whole = new String(codePoints, 0, codePoints.length);
    String start = upToFirstError(origin, whole);
    TomlParseResult result = Toml.parse(start, OPTIONS);
    // The grammar, in its quick mode, may stop at what is right: the library has the last word.
    return result.hasErrors() || start.length() == whole.length()
        ? result
        : Toml.parse(whole, OPTIONS);
  }

  private static String upToFirstError(String origin, String text) throws PolicyException {
    Stop stop = new Stop();
    TomlLexer lexer = new BoundedLexer(text);
    lexer.removeErrorListeners();
    lexer.addErrorListener(stop);
    CommonTokenStream tokens = new CommonTokenStream(lexer);
    TomlParser parser = new TomlParser(tokens);
    parser.removeErrorListeners();
    parser.addErrorListener(stop);
    parser.setBuildParseTree(false);
    parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
    parser.setMaxNestingDepth(MAX_NESTING);
    int right = text.length();
    int end = right;
    try {
      parser.toml();
    } catch (TooLongException e) {
      throw new PolicyException(origin, e.place, e.getMessage());
    } catch (StoppedException e) {
      right = e.at;
      end = endOfNextLine(text, right);
    }
    StringBuilder read = new StringBuilder(text.substring(0, end));
    for (Token token : tokens.getTokens()) {
      if (token.getType() == TomlLexer.Comment && token.getStartIndex() < right) {
        for (int i = token.getStartIndex(); i <= token.getStopIndex(); i++) {
          read.setCharAt(i, ' ');
        }
      }
    }
    return read.toString();
  }

  private static int endOfNextLine(String text, int from) {
    int feed = text.indexOf('\n', from);
    int end = feed < 0 ? -1 : text.indexOf('\n', feed + 1);
    return Math.min(end < 0 ? text.length() : end + 1, from + LOOK_AHEAD);
  }

  /** Leaves the parser at what it must not read. */
  private static final class BoundedLexer extends TomlLexer {
    private int tokens;
    private int emptyLines;
    private int open;

    BoundedLexer(String text) {
      super(CharStreams.fromString(text));
    }

    @Override
    public Token nextToken() {
      Token token = super.nextToken();
      if (token.getChannel() == Token.DEFAULT_CHANNEL) {
        count(token);
      }
      return token;
    }

    private void count(Token token) {
      switch (token.getType()) {
        case NewLine -> emptyLines++;
        case Comment, WS -> {}
        case ArrayStart, InlineTableStart -> open++;
        case ArrayEnd, InlineTableEnd -> open--;
        default -> emptyLines = 0;
      }
      if (++tokens > MAX_TOKENS) {
        throw new TooLongException(
            token, "a policy must be 0.." + MAX_TOKENS + " words, signs and lines, not more");
      }
      if (emptyLines > MAX_EMPTY_LINES) {
        throw new TooLongException(
            token,
            "lines without a key in a row, comments included, must be 0.."
                + MAX_EMPTY_LINES
                + ", not more");
      }
      if (open > MAX_OPEN) {
        throw new StoppedException(token.getStartIndex());
      }
    }
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
      throw new StoppedException(offending instanceof Token token ? token.getStartIndex() : 0);
    }
  }

  private static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The character that begins what is wrong. */
    private final int at;

    StoppedException(int at) {
      super("character " + at, null, false, false);
      this.at = at;
    }
  }

  private static final class TooLongException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Place place;

    TooLongException(Token token, String message) {
      super(message, null, false, false);
      this.place = new Place(token.getLine(), token.getCharPositionInLine() + 1);
    }
  }
}
