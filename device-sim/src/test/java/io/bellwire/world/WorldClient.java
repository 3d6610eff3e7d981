package io.bellwire.world;

import io.bellwire.command.CommandResult;
import io.bellwire.log.Event;
import io.bellwire.order.Refusal;
import org.jspecify.annotations.Nullable;

/** Who sends requests to a server, and gets their answers. */
interface WorldClient {
    /**
     * A request and its result.
     *
     * @param sentMillis when the server got it, by {@link WorldClock#processMillis}
     * @param event of a repeated request, the event that the first answer had; null if it is not kept any more
     */
    record Answer(
            WorldRequest request,
            long sentMillis,
            CommandResult<Refusal> result,
            @Nullable Event event) {}

    /** The request is written now. */
    void tried(WorldRequest request);

    /** The request is decided and durable, and the answer leaves the server. */
    void answered(Answer answer);
}
