package io.bellwire.feed;

/** How many pages of feeds this server could serve. Thread-safe. */
public interface ServiceRate {
    /**
     * The pages a second that the server could serve if it did nothing else, as measured recently; the configured rate
     * as long as little was measured. Above 0, finite.
     */
    double pagesPerSecond();
}
