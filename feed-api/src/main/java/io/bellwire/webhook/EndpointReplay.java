package io.bellwire.webhook;

import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A replay: an endpoint is called again with a part of its partner's feed. Immutable.
 *
 * @param epoch of the feed
 * @param from the changes after this one are called again
 * @param to up to this one
 * @param at up to here everything was received
 * @param perSecond calls in a second, at most
 * @param startedMillis when it was started, milliseconds since 1970
 * @param endedMillis when it was over
 * @param calls attempts so far
 * @param failures those of them that failed
 * @param missed changes that retention has removed meanwhile
 * @param lastError the last attempt that failed, since the server was started
 */
public record EndpointReplay(
        ReplayState state,
        Epoch epoch,
        Revision from,
        Revision to,
        Revision at,
        int perSecond,
        long startedMillis,
        OptionalLong endedMillis,
        long calls,
        long failures,
        long missed,
        Optional<CallError> lastError) {}
