package io.bellwire.log;

import java.util.Map;
import java.util.Set;

/**
 * What a batch has when it begins.
 *
 * @param feeds the feeds that were asked for by name
 * @param createdFeeds the names of those of them that the batch creates
 * @param heads by feed number
 * @param records those of the records that were asked for by key and that exist
 */
public record BatchInput(
        EventNumber firstEventNumber,
        Map<FeedId, Feed> feeds,
        Set<FeedId> createdFeeds,
        Map<FeedNumber, Position> heads,
        Records records) {
    /** The same with these feeds in place of those that were asked for by name. */
    BatchInput withFeeds(Map<FeedId, Feed> named) {
        return new BatchInput(firstEventNumber, named, createdFeeds, heads, records);
    }
}
