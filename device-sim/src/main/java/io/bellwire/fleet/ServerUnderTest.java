package io.bellwire.fleet;

import org.jspecify.annotations.Nullable;

/** The server that a fleet runs against. Thread-safe. */
public interface ServerUnderTest {
    ServerAddress address();

    /** Kills the server and starts it again on the same ports; returns once it is ready. */
    void killAndStart() throws FleetException;

    /** Stops the server gracefully and starts it again on the same ports; returns once it is ready. */
    default void restart() throws FleetException {
        killAndStart();
    }

    /** Why the server has ended although nobody killed it; null if it has not. */
    default @Nullable String diedOfItself() {
        return null;
    }

    /** A server that somebody else has started, and that cannot be killed here. */
    static ServerUnderTest running(ServerAddress address) {
        return new ServerUnderTest() {
            @Override
            public ServerAddress address() {
                return address;
            }

            @Override
            public void killAndStart() throws FleetException {
                throw new FleetException("only a server that the fleet has started can be killed");
            }
        };
    }

    /** A server that this process has started. */
    static ServerUnderTest owned(ServerProcess process, ServerAddress address) {
        return new ServerUnderTest() {
            @Override
            public ServerAddress address() {
                return address;
            }

            @Override
            public void killAndStart() throws FleetException {
                process.kill();
                process.start();
            }

            @Override
            public void restart() throws FleetException {
                process.stop();
                process.start();
            }

            @Override
            public @Nullable String diedOfItself() {
                return process.diedOfItself();
            }
        };
    }
}
