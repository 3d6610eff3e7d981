package io.bellwire.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * The samples of a recording, by role of the thread and along the stack. Uses CPU-time samples if the JVM has them;
 * otherwise execution samples, which lack system calls.
 */
final class Profile {
    private static final String CPU_SAMPLE = "jdk.CPUTimeSample";
    private static final String JAVA_SAMPLE = "jdk.ExecutionSample";

    private final Node root = new Node("all");
    private final Map<ThreadRole, Map<String, Count>> methods = new EnumMap<>(ThreadRole.class);

    /** Samples of a method: at the top of the stack ({@code self}), and anywhere in it ({@code total}). */
    private static final class Count {
        int self;
        int total;
    }

    /** A method, and the number of samples in it and its callees. */
    static final class Node {
        final String name;
        final Map<String, Node> callees = new TreeMap<>();
        int samples;

        Node(String name) {
            this.name = name;
        }

        private Node sampled(String callee) {
            Node node = callees.computeIfAbsent(callee, Node::new);
            node.samples++;
            return node;
        }
    }

    private Profile() {}

    static Profile read(Path recording) throws IOException {
        Profile profile = new Profile();
        List<RecordedEvent> events = RecordingFile.readAllEvents(recording);
        boolean hasCpuSamples =
                events.stream().anyMatch(event -> event.getEventType().getName().equals(CPU_SAMPLE));
        String wanted = hasCpuSamples ? CPU_SAMPLE : JAVA_SAMPLE;
        for (RecordedEvent event : events) {
            if (event.getEventType().getName().equals(wanted) && event.getStackTrace() != null) {
                profile.add(thread(event), event.getStackTrace().getFrames());
            }
        }
        return profile;
    }

    private static RecordedThread thread(RecordedEvent event) {
        return event.hasField("sampledThread") ? event.getThread("sampledThread") : event.getThread();
    }

    /** @param frames innermost first */
    private void add(RecordedThread thread, List<RecordedFrame> frames) {
        String threadName = thread == null || thread.getJavaName() == null ? "" : thread.getJavaName();
        ThreadRole role = ThreadRole.of(threadName);
        root.samples++;
        Node node = root.sampled(role.toString());
        Map<String, Count> counts = methods.computeIfAbsent(role, any -> new HashMap<>());
        Set<String> seen = new HashSet<>();
        for (int i = frames.size() - 1; i >= 0; i--) {
            String method = name(frames.get(i).getMethod());
            node = node.sampled(method);
            Count count = counts.computeIfAbsent(method, any -> new Count());
            count.total += seen.add(method) ? 1 : 0; // counts a recursive method once
            count.self += i == 0 ? 1 : 0;
        }
    }

    private static String name(RecordedMethod method) {
        String type = method.getType().getName();
        int lambda = type.indexOf("$$Lambda"); // followed by a number that differs in each run
        String named = lambda < 0 ? type : type.substring(0, lambda) + "$$Lambda";
        return named.substring(named.lastIndexOf('.') + 1) + "." + method.getName();
    }

    Node root() {
        return root;
    }

    /** For each role, the methods that were most often at the top of the stack. */
    String table(int methodsPerRole) {
        StringBuilder table = new StringBuilder(String.format("%8s %8s  method%n", "self", "in all"));
        methods.forEach((role, counts) -> {
            int samples = root.callees.get(role.toString()).samples;
            table.append(String.format(Locale.ROOT, "%8s %7.1f%%  %s%n", "", percent(samples), role));
            counts.entrySet().stream()
                    .sorted(Comparator.comparingInt(method -> -method.getValue().self))
                    .limit(methodsPerRole)
                    .forEach(method -> table.append(String.format(
                            Locale.ROOT,
                            "%7.1f%% %7.1f%%    %s%n",
                            percent(method.getValue().self),
                            percent(method.getValue().total),
                            method.getKey())));
        });
        return table.toString();
    }

    private double percent(int samples) {
        return 100.0 * samples / root.samples;
    }
}
