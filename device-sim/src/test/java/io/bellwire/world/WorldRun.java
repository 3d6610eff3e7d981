package io.bellwire.world;

import io.bellwire.bridge.BridgeOptions;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs the world of a seed: null if it is sound, else what is wrong. Public, without arguments and of a type of the
 * JDK, so that a {@link PlantedProduct} can run it among its own classes.
 */
public final class WorldRun implements LongFunction<@Nullable String> {
    @Override
    public @Nullable String apply(long seed) {
        try (World world = new World(WorldPlan.of(seed), BridgeOptions.DEFAULT)) {
            return world.run();
        } catch (LinkageError e) { // says nothing of the world
            throw e;
        } catch (RuntimeException | Error e) {
            return "seed " + seed + " ended with " + e + " at " + e.getStackTrace()[0] + "\n" + replay(seed);
        }
    }

    /** The command that repeats the world of the seed. */
    static String replay(long seed) {
        return "replay: scripts/worlds --seeds 1 --from " + seed;
    }
}
