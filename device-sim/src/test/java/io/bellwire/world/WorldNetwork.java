package io.bellwire.world;

import io.bellwire.device.AckResult;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.FetchResult;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.fleet.FaultRates;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands between devices and server: connections, and requests, which it checks on their way. A request that the
 * server dies of gets no answer. One thread.
 */
final class WorldNetwork {
    private final World world;
    private final WorldObserver observer;
    private final Map<String, WorldDevice> devices = new HashMap<>();
    /** The connection that the server takes for the device's. */
    private final Map<WorldDevice, WorldConnection> connections = new LinkedHashMap<>();

    WorldNetwork(World world, WorldObserver observer) {
        this.world = world;
        this.observer = observer;
    }

    void add(WorldDevice device) {
        devices.put(device.id().value(), device);
    }

    FaultRates faults() {
        return world.faults();
    }

    void later(long millis, Runnable task) {
        world.later(millis, task);
    }

    VirtualScheduler scheduler() {
        return world.scheduler();
    }

    long nowMillis() {
        return scheduler().nowMillis();
    }

    WorldObserver observer() {
        return observer;
    }

    boolean isServerUp() {
        return world.host().server() != null;
    }

    /** The server has died, and with it all connections. */
    void serverDied() {
        connections.clear();
        devices.values().forEach(WorldDevice::cut);
    }

    /** The connection that the broker takes for the device's; null if it knows of none. */
    @Nullable WorldConnection connectionOf(String device) {
        WorldConnection connection = connections.get(devices.get(device));
        return connection == null || connection.isStream() ? null : connection;
    }

    /** Returns whether the server admits the device. */
    boolean open(WorldDevice device, WorldConnection connection) {
        WorldServer server = world.host().server();
        String sent = device.secret().draw();
        if (server == null || !admits(server, device, sent)) {
            return false;
        }
        connection.openWith(sent);
        connections.put(device, connection);
        server.opened(connection);
        return true;
    }

    private boolean admits(WorldServer server, WorldDevice device) {
        return admits(server, device, device.secret().draw());
    }

    private boolean admits(WorldServer server, WorldDevice device, String sent) {
        boolean isAdmitted = server.accounts().admits(device.id(), sent);
        long now = world.processMillis();
        if (isAdmitted && !device.secret().mayAdmit(sent, now)) {
            observer.reportViolation(device.id() + " is admitted, though disabled or with a secret that has ended");
        }
        if (!isAdmitted && device.secret().mustAdmit(sent, now)) {
            observer.reportViolation(device.id() + " is refused with a secret that holds");
        }
        return isAdmitted;
    }

    /** The server ends the device's connection, if its secret is none of those that hold. */
    void revoked(DeviceId id, Predicate<String> holds) {
        WorldDevice device = devices.get(id.value());
        WorldConnection connection = device == null ? null : connections.get(device);
        WorldServer server = world.host().server();
        if (device != null && connection != null && server != null && !holds.test(connection.secret())) {
            connections.remove(device);
            server.closed(connection);
            device.cut();
        }
    }

    /** Checks that no connection has outlived its secret. */
    void checkSecrets() {
        connections.forEach((device, connection) -> {
            if (!device.secret().mayAdmit(connection.secret(), world.processMillis())) {
                observer.reportViolation(
                        device.id() + " is connected, though disabled or with a secret that has ended");
            }
        });
    }

    /** Ignores the end of a connection that a newer one has replaced. */
    void closed(WorldDevice device, WorldConnection connection) {
        boolean isCurrent = connections.remove(device, connection);
        WorldServer server = world.host().server();
        if ((isCurrent || connection.isStream()) && server != null) {
            server.closed(connection);
        }
    }

    /** Checks a signal to the device, on a topic or on a stream, and returns it; null if it is wrong and must not arrive. */
    @Nullable ReceivedSignal observeSignal(String device, @Nullable String topic, byte[] payload) {
        return observer.check(new DeviceId(device), topic, payload, running());
    }

    CompletionStage<FetchResult> page(WorldDevice device, @Nullable DeviceCursor after, long waitMillis) {
        boolean isLost = after != null && observer.isLost(device.id(), after);
        WorldServer server = running();
        if (!admits(server, device)) {
            return completed(new FetchResult.Failed(0, "401"));
        }
        return answer(() -> server.reads().page(device.id(), after, waitMillis))
                .thenApply(answer -> observer.answered(device.id(), answer, isLost));
    }

    CompletionStage<FetchResult> snapshot(WorldDevice device, @Nullable String next) {
        WorldServer server = running();
        return admits(server, device)
                ? answer(() -> completed(server.reads().snapshot(device.id(), next)))
                : completed(new FetchResult.Failed(0, "401"));
    }

    CompletionStage<AckResult> acknowledge(WorldDevice device, DeviceCursor processed) {
        WorldServer server = running();
        if (!admits(server, device)) {
            return completed(new AckResult.Failed(0, "401"));
        }
        if (!device.hasSaved(processed)) {
            observer.reportViolation(device.id() + " acknowledges " + processed + ", which it has not saved");
        }
        return answer(() -> server.acknowledge(device.id(), processed)).thenApply(answer -> {
            if (answer instanceof AckResult.Accepted && observer.isLost(device.id(), processed)) {
                observer.reportViolation(device.id() + " acknowledges a change that the log has lost: " + processed);
            }
            return answer;
        });
    }

    /** The server's answer; none if it dies. */
    private <A> CompletionStage<A> answer(Supplier<CompletionStage<A>> question) {
        CompletableFuture<A> promise = new CompletableFuture<>();
        world.host().onServer(() -> {
            var unused = question.get().thenAccept(promise::complete);
        });
        return promise;
    }

    private static <A> CompletionStage<A> completed(A answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private WorldServer running() {
        WorldServer server = world.host().server();
        if (server == null) {
            throw new IllegalStateException("a request reached a server that is down");
        }
        return server;
    }
}
