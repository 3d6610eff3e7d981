package io.bellwire.feed;

import java.util.ArrayList;
import java.util.List;

/** A pattern in which {@code *} matches any number of any characters. Matching takes linear time. Immutable. */
public final class Glob {
    private final String text;
    private final List<String> parts;

    public Glob(String text) {
        this.text = text;
        List<String> literals = new ArrayList<>();
        int from = 0;
        for (int star = text.indexOf('*'); star >= 0; star = text.indexOf('*', from)) {
            literals.add(text.substring(from, star));
            from = star + 1;
        }
        literals.add(text.substring(from));
        this.parts = List.copyOf(literals);
    }

    /** Whether the whole of {@code subject} fits the pattern. */
    public boolean matches(String subject) {
        if (parts.size() == 1) {
            return text.equals(subject);
        }
        String first = parts.get(0);
        String last = parts.get(parts.size() - 1);
        if (subject.length() < first.length() + last.length()
                || !subject.startsWith(first)
                || !subject.endsWith(last)) {
            return false;
        }
        // matching each part at its first occurrence leaves the most room for the parts after it
        int at = first.length();
        int end = subject.length() - last.length();
        for (String part : parts.subList(1, parts.size() - 1)) {
            int found = subject.indexOf(part, at);
            if (found < 0 || found + part.length() > end) {
                return false;
            }
            at = found + part.length();
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }
}
