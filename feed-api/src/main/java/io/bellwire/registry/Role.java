package io.bellwire.registry;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an operator may do. Each role may do all that those before it may. */
public enum Role {
    /** Read everything except the audit feed. */
    READ(1),
    /** Also write orders and events. */
    ORDERS(2),
    /** Also change accounts, groups and operators, and read the audit feed. */
    ADMINISTER(3);

    private final int code;
    private final String text = name().toLowerCase(Locale.ROOT);

    Role(int code) {
        this.code = code;
    }

    /** The role with this text; empty if there is none. */
    public static Optional<Role> of(String text) {
        return Arrays.stream(values()).filter(role -> role.text.equals(text)).findFirst();
    }

    /** The role with this {@link #code}. */
    public static Role ofCode(int code) {
        return Arrays.stream(values())
                .filter(role -> role.code == code)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no role " + code));
    }

    /** Its number in stores, from 1 on, which never changes. */
    public int code() {
        return code;
    }

    /** Its name as callers write it. */
    public String text() {
        return text;
    }

    /** Whether this role may do what needs {@code needed}. */
    public boolean includes(Role needed) {
        return compareTo(needed) >= 0;
    }
}
