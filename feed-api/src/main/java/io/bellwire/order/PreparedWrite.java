package io.bellwire.order;

import io.bellwire.command.CommandResult;
import io.bellwire.log.Write;
import java.time.Duration;
import java.util.List;

/**
 * A change of orders that was prepared against their newest events. If one of the orders has a newer event when the
 * write is decided, the write does nothing, and its result is {@link CommandResult.Outdated}.
 */
public interface PreparedWrite extends Write<CommandResult<Refusal>> {
    /** For how long the orders that the write decides on had been pending; valid once the write is durable. */
    List<Duration> decisionTimes();
}
