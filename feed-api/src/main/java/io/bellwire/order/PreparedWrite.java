package io.bellwire.order;

import io.bellwire.log.CommandResult;
import io.bellwire.log.Write;
import java.time.Duration;
import java.util.List;

/**
 * A change of orders that was prepared against their newest events. If one of them has a newer event when the write is
 * decided, the write does nothing, and is {@link CommandResult.Outdated}.
 */
public interface PreparedWrite extends Write<CommandResult<Refusal>> {
    /** How long orders had waited that the write has decided on; to be asked once the write is durable. */
    List<Duration> decisionTimes();
}
