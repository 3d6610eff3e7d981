package io.bellwire.world;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The product with one {@link PlantedBug}: loads all of its classes anew, one of them compiled with the bug. The
 * product needs nothing for that.
 */
final class PlantedProduct extends ClassLoader {
    private static final String OWN = "io.bellwire.";

    private final Map<String, byte[]> planted;

    /** Compiles the class with the bug. */
    PlantedProduct(PlantedBug bug) {
        super(PlantedProduct.class.getClassLoader());
        this.planted = compile(bug);
    }

    /** Runs the world of a seed with the bug. */
    @SuppressWarnings("unchecked")
    LongFunction<@Nullable String> world() {
        try {
            return (LongFunction<@Nullable String>)
                    loadClass(WorldRun.class.getName()).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OWN)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = planted.get(name);
        if (bytes == null) {
            try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (file == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = file.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private static Map<String, byte[]> compile(PlantedBug bug) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        Map<String, ByteArrayOutputStream> classes = new HashMap<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                JavaFileManager inMemory = new InMemory(files, classes)) {
            List<String> options =
                    List.of("-nowarn", "-proc:none", "-classpath", System.getProperty("java.class.path"));
            boolean isCompiled = compiler.getTask(messages, inMemory, null, options, null, List.of(new Source(bug)))
                    .call();
            if (!isCompiled) {
                throw new IllegalStateException("the bug '" + bug.name() + "' does not compile: "
                        + messages.toString().lines().findFirst().orElse(""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, byte[]> bytes = new HashMap<>();
        classes.forEach((name, written) -> bytes.put(name, written.toByteArray()));
        return bytes;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        private Source(PlantedBug bug) {
            super(URI.create("planted:///" + bug.className().replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = bug.plantedSource();
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes;

        private InMemory(JavaFileManager files, Map<String, ByteArrayOutputStream> classes) {
            super(files);
            this.classes = classes;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, @Nullable FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("planted:///" + name.replace('.', '/') + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return classes.computeIfAbsent(name, missing -> new ByteArrayOutputStream());
                }
            };
        }
    }
}
