package io.bellwire.bench;

import java.util.Locale;
import java.util.regex.Pattern;

/** What a thread of a server is for, told by how its name begins. Linux keeps only the first 15 letters of a name. */
enum ThreadRole {
    LOG_WRITER("log-writer"),
    LOG("log-"),
    ORDER_SEARCH("order-search"),
    /** Jetty has one pool whose threads take turns in selecting and in working, so that they cannot be told apart. */
    HTTP("http"),
    MQTT("mqtt|Session Executo"),
    BRIDGE("bridge"),
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
