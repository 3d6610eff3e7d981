package io.bellwire.alert;

import java.util.List;

/**
 * A message to people, in plain text. Immutable; control characters are replaced with spaces.
 *
 * @param key what it is about, such as {@code partners/p1}
 */
public record Alert(String key, String subject, List<String> lines) {
    public Alert {
        key = printable(key);
        subject = printable(subject);
        lines = lines.stream().map(Alert::printable).toList();
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
