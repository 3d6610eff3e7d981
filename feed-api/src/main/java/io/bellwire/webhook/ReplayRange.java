package io.bellwire.webhook;

import io.bellwire.log.Revision;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a replay is asked to call again. Immutable.
 *
 * @param from the changes after this one
 * @param to up to this one; empty for all that the endpoint has received
 * @param perSecond calls in a second; empty for a tenth of what the endpoint wants
 */
public record ReplayRange(Revision from, Optional<Revision> to, OptionalInt perSecond) {}
