package io.bellwire.route;

import java.util.ArrayList;
import java.util.List;

/** A pattern in which {@code *} stands for any number of any characters. Takes linear time. Immutable. */
final class Glob {
    private final String text;
    private final List<String> parts;

    Glob(String text) {
        this.text = text;
        List<String> between = new ArrayList<>();
        int from = 0;
        for (int star = text.indexOf('*'); star >= 0; star = text.indexOf('*', from)) {
            between.add(text.substring(from, star));
            from = star + 1;
        }
        between.add(text.substring(from));
        this.parts = List.copyOf(between);
    }

    boolean matches(String subject) {
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
        // taking each part where it comes first leaves the most room for those after it
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
