package io.bellwire.route;

import io.bellwire.broker.DeviceTopics;
import io.bellwire.http.ConfigurationException;
import io.bellwire.registry.DeviceId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes that hold now. When the file is read anew, all of them change at once, or none if the file is wrong.
 * Thread-safe.
 */
public final class ActiveRoutes implements DeviceTopics {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveRoutes.class);

    private final RoutesFile reader;
    private final @Nullable Path file;
    private final Counter loaded;
    private final Counter refused;
    private volatile Routes routes;
    private volatile Consumer<Routes> listener = changed -> {};

    /**
     * Reads the file, if there is one. {@link ConfigurationException} if it is wrong.
     *
     * @param otherwise what a change rings with that no route says anything of
     */
    public ActiveRoutes(Optional<Path> file, SignalRule otherwise, MeterRegistry meters) {
        this.reader = new RoutesFile(otherwise);
        this.file = file.orElse(null);
        this.routes = file.map(reader::read).orElseGet(() -> Routes.none(otherwise));
        this.loaded = reloads(meters, "loaded");
        this.refused = reloads(meters, "refused");
        Gauge.builder("bellwire.routes", this, active -> active.routes.size())
                .description("Routes that hold")
                .register(meters);
    }

    private static Counter reloads(MeterRegistry meters, String result) {
        return Counter.builder("bellwire.routes.reloads")
                .description("How often the routes file was read anew, and whether it was good")
                .tag("result", result)
                .register(meters);
    }

    /** Has {@code user} given the routes that hold now, and others when they change. */
    public synchronized void listen(Consumer<Routes> user) {
        listener = user;
        user.accept(routes);
    }

    /** Whether there is a file to read anew. */
    public boolean haveFile() {
        return file != null;
    }

    /** Reads the file anew; returns why the old routes stay, or nothing if the new ones hold. */
    public synchronized Optional<String> reload() {
        if (file == null) {
            return Optional.of("there is no routes file");
        }
        try {
            Routes read = reader.read(file);
            routes = read;
            listener.accept(read);
            loaded.increment();
            LOG.info("{} was read anew: {} routes hold", file, read.size());
            return Optional.empty();
        } catch (ConfigurationException e) {
            refused.increment();
            LOG.error("the old routes stay: {}", e.getMessage());
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Set<String> of(DeviceId device) {
        return routes.of(device);
    }
}
