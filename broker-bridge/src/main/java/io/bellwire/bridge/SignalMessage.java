package io.bellwire.bridge;

import io.bellwire.log.Cursor;
import io.bellwire.route.Tier;
import java.util.Optional;

/**
 * One signal as it is handed to a {@link SignalChannel}. Immutable by agreement: the array is not copied.
 *
 * @param payload UTF-8 JSON as PROTOCOL.md has it
 * @param tier how much the payload carries
 * @param cursor the position in the feed that the signal tells of; empty if its change is not in memory any more
 * @param expirySeconds after how long the signal is of no use any more, for channels that can say so; 0 for the
 *     channel's own default
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record SignalMessage(byte[] payload, Tier tier, Optional<Cursor> cursor, int expirySeconds) {}
