package io.bellwire.route;

import io.bellwire.broker.DeviceTopics;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.log.DeviceId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current routes. When the file is read again, all routes change at once, or none if the file is wrong.
 * Thread-safe.
 */
public final class ActiveRoutes implements DeviceTopics {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveRoutes.class);

    private final RoutesFile reader;
    private final @Nullable Path file;
    private final Counter loaded;
    private final Counter refused;
    private volatile Routes routes;
    private final List<Consumer<Routes>> listeners = new CopyOnWriteArrayList<>();

    /**
     * Reads the file, if there is one. Throws {@link ConfigurationException} if it is wrong.
     *
     * @param defaultRule the rule for a change that no route has a rule for
     */
    public ActiveRoutes(Optional<Path> file, SignalRule defaultRule, MeterRegistry meters) {
        this.reader = new RoutesFile(defaultRule);
        this.file = file.orElse(null);
        this.routes = file.map(reader::read).orElseGet(() -> Routes.none(defaultRule));
        this.loaded = reloads(meters, "loaded");
        this.refused = reloads(meters, "refused");
        Gauge.builder("bellwire.routes", this, active -> active.routes.size())
                .description("Routes in use")
                .register(meters);
    }

    private static Counter reloads(MeterRegistry meters, String result) {
        return Counter.builder("bellwire.routes.reloads")
                .description("Reloads of the routes file, by result")
                .tag("result", result)
                .register(meters);
    }

    /** Passes the current routes to {@code newListener}, now and after each change. */
    public synchronized void onChange(Consumer<Routes> newListener) {
        listeners.add(newListener);
        newListener.accept(routes);
    }

    /** The current routes. */
    public Routes current() {
        return routes;
    }

    /** Whether there is a file that can be read again. */
    public boolean hasFile() {
        return file != null;
    }

    /** Reads the file again; returns why the old routes stay, or nothing if the new ones are in use. */
    public synchronized Optional<String> reload() {
        if (file == null) {
            return Optional.of("there is no routes file");
        }
        try {
            Routes read = reader.read(file);
            routes = read;
            listeners.forEach(listener -> listener.accept(read));
            loaded.increment();
            LOG.info(
                    "{} was reloaded: {} routes and {} escalations are in use",
                    file,
                    read.size(),
                    read.escalations().rules().size());
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
