package io.bellwire.device.net;

import java.util.concurrent.Executor;

/**
 * What a {@link DeviceAgent} runs on. Timers and executor can be shared by all agents of a process. Immutable.
 *
 * @param executor runs everything but timers and network, including saves, which block
 */
public record AgentRuntime(Timers timers, Executor executor, AgentObserver observer) {
    /** Without an observer. */
    public AgentRuntime(Timers timers, Executor executor) {
        this(timers, executor, AgentObserver.NONE);
    }

    /** The same timers and executor with another observer. */
    public AgentRuntime observedBy(AgentObserver newObserver) {
        return new AgentRuntime(timers, executor, newObserver);
    }
}
