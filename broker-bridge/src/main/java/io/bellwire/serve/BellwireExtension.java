package io.bellwire.serve;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Runs a server for a JUnit test class and the classes nested in it: starts it before the first test, closes it after
 * the last, and passes it to constructors and methods with a parameter of type {@link Bellwire}. In memory and on free
 * ports, unless registered with other options:
 *
 * <pre>{@code
 * @ExtendWith(BellwireExtension.class)
 * class CoffeeMachineTest {
 *     @Test
 *     void machineBrewsWhatIsOrdered(Bellwire bellwire) { ... }
 * }
 * }</pre>
 */
public final class BellwireExtension implements BeforeAllCallback, AfterAllCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(BellwireExtension.class);

    private final BellwireOptions options;

    /** For {@code @ExtendWith}. */
    public BellwireExtension() {
        this(BellwireOptions.inMemory());
    }

    /** For {@code @RegisterExtension} on a static field. */
    public BellwireExtension(BellwireOptions options) {
        this.options = options;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (running(context) == null) {
            context.getStore(NAMESPACE).put(Running.class, new Running(context.getUniqueId(), Bellwire.start(options)));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Running running = running(context);
        // a nested class uses the server of its outer class, which still needs it
        if (running != null && running.owner.equals(context.getUniqueId())) {
            running.bellwire.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Bellwire.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Running running = running(context);
        if (running == null) {
            throw new IllegalStateException("BellwireExtension must be registered on the class or on a static field");
        }
        return running.bellwire;
    }

    private static @Nullable Running running(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(Running.class, Running.class);
    }

    private record Running(String owner, Bellwire bellwire) {}
}
