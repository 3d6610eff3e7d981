package io.bellwire.alert;

import java.util.Locale;

/** How alerts reach people. */
enum AlertWay {
    MAIL,
    PAGER;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The recipient as logs may show it: only the domain of an address. */
    String shown(String recipient) {
        return this == PAGER ? "the pager" : "somebody at " + recipient.substring(recipient.lastIndexOf('@') + 1);
    }
}
