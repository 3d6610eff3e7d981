package io.bellwire.alert;

import java.util.List;
import java.util.stream.Stream;

/**
 * A message to people, as plain text. Control characters in it are replaced by spaces, and what is too long is cut, so
 * that nobody who chooses a name or a text can make another message of it. Immutable.
 *
 * @param key what it is about, such as {@code partners/p1}: a newer alert with the same key may take the place of one
 *     that waits
 * @param subject at most {@link #SUBJECT_LENGTH_MAX} characters
 * @param lines at most {@link #LINES_MAX} with {@link #LINE_LENGTH_MAX} characters each
 */
public record Alert(String key, String subject, List<String> lines) {
    public static final int SUBJECT_LENGTH_MAX = 200;
    public static final int LINES_MAX = 100;
    public static final int LINE_LENGTH_MAX = 500;

    public Alert {
        key = clean(key, SUBJECT_LENGTH_MAX);
        subject = clean(subject, SUBJECT_LENGTH_MAX);
        lines = lines.stream()
                .limit(LINES_MAX)
                .map(line -> clean(line, LINE_LENGTH_MAX))
                .toList();
    }

    /** The same with further lines at its end. */
    Alert with(List<String> more) {
        return new Alert(
                key, subject, Stream.concat(lines.stream(), more.stream()).toList());
    }

    private static String clean(String text, int lengthMax) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), lengthMax));
        text.codePoints().limit(lengthMax).map(c -> isPlain(c) ? c : ' ').forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
