package io.bellwire.bench;

import java.util.Locale;
import java.util.regex.Pattern;

/** The role of a server's thread, from the beginning of its name. Linux keeps only the first 15 letters of a name. */
enum ThreadRole {
    LOG_WRITER("log-writer"),
    LOG("log-"),
    ORDER_SEARCH("order-search"),
    /** Jetty's threads both select and work, so that the two cannot be distinguished. */
    HTTP("http"),
    MQTT("mqtt|Session Executo"),
    BRIDGE("bridge"),
    /** Decides on calls to endpoints. */
    WEBHOOKS("webhooks"),
    /** Makes the calls. */
    OUTBOUND("outbound"),
    REFERENCE_SERVER("reference-serve"),
    REFERENCE_BROKER("reference-broke"),
    COMPILER("C1 |C2 |Sweeper"),
    COLLECTOR("GC Thread|G1 |VM Thread|ZDriver|ZWorker|ZStat|ZUncommitter|Shenandoah"),
    OTHER("");

    private final Pattern beginning;

    ThreadRole(String beginning) {
        this.beginning = Pattern.compile(beginning);
    }

    static ThreadRole of(String threadName) {
        for (ThreadRole role : values()) {
            if (role.beginning.matcher(threadName).lookingAt()) {
                return role;
            }
        }
        return OTHER;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
