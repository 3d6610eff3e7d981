package io.bellwire.feed;

/** How fast this server could serve pages of feeds. Thread-safe. */
public interface ServiceRate {
    /**
     * Pages that it could serve in a second if it did nothing else, as measured of late; what it was configured to expect
     * as long as there was too little to measure. Above 0, finite.
     */
    double pagesPerSecond();
}
