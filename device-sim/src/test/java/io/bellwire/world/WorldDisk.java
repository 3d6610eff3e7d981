package io.bellwire.world;

import io.bellwire.segment.LogFile;
import io.bellwire.segment.LogFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The disk of the server: it outlives each process. A process can be killed at each of its operations, in the middle of
 * a write too. A power cut also loses what was not synced: the end of the writes of each file, and of the changes of
 * names. Used by one thread at a time.
 */
final class WorldDisk {
    private final SplittableRandom random;
    private final Map<String, Content> names = new TreeMap<>();
    private final Map<String, Content> namesOnDisk = new TreeMap<>();
    private final List<Consumer<Map<String, Content>>> unsyncedNames = new ArrayList<>();
    private Mount mount = new Mount();
    private int operationsLeft = Integer.MAX_VALUE;

    WorldDisk(SplittableRandom random) {
        this.random = random;
    }

    /** The folder as the next process has it. Earlier ones cannot write any more. */
    LogFolder mount() {
        mount.isDead = true;
        mount = new Mount();
        operationsLeft = Integer.MAX_VALUE;
        return mount;
    }

    /** Kills the process at its operation after the next {@code operations}. */
    void killAfter(int operations) {
        operationsLeft = operations;
    }

    /** Whether the process was killed. */
    boolean isKilled() {
        return mount.isDead;
    }

    /** Ends the process, if an operation has not yet. */
    void kill() {
        mount.isDead = true;
    }

    /** Loses some of what was not synced. No process may be running. */
    void cutPower() {
        int kept = random.nextInt(unsyncedNames.size() + 1);
        unsyncedNames.subList(0, kept).forEach(change -> change.accept(namesOnDisk));
        names.clear();
        names.putAll(namesOnDisk);
        unsyncedNames.clear();
        names.values().forEach(content -> content.loseEnd(random));
    }

    /** A disk of its own with the same files. */
    WorldDisk copy() {
        WorldDisk copy = new WorldDisk(random.split());
        names.forEach((name, content) -> copy.names.put(name, content.copy()));
        copy.namesOnDisk.putAll(copy.names);
        return copy;
    }

    /** What a file holds, and how to undo what was not synced. */
    private static final class Content {
        private byte[] bytes = new byte[4_096];
        private int size;
        private final Deque<Undo> unsynced = new ArrayDeque<>();

        /** How one operation is undone: the bytes that were at {@code offset}, and the file's size before. */
        @SuppressWarnings("ArrayRecordComponent") // compared nowhere
        private record Undo(int offset, byte[] before, int sizeBefore) {}

        Content copy() {
            Content copy = new Content();
            copy.bytes = bytes.clone();
            copy.size = size;
            return copy;
        }

        void write(byte[] more, int offset, int length) {
            int end = offset + length;
            unsynced.push(new Undo(offset, slice(offset, Math.min(size, end)), size));
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
            }
            System.arraycopy(more, 0, bytes, offset, length);
            size = Math.max(size, end);
        }

        private byte[] slice(int from, int to) {
            return to > from ? Arrays.copyOfRange(bytes, from, to) : new byte[0];
        }

        void truncate(int newSize) {
            if (newSize < size) {
                unsynced.push(new Undo(newSize, slice(newSize, size), size));
                Arrays.fill(bytes, newSize, size, (byte) 0);
                size = newSize;
            }
        }

        void sync() {
            unsynced.clear();
        }

        /** Keeps the beginning of what was not synced; of the first lost operation, a part may be there. */
        void loseEnd(SplittableRandom random) {
            int kept = random.nextInt(unsynced.size() + 1);
            while (unsynced.size() > kept) {
                Undo undo = unsynced.pop();
                int torn = unsynced.size() == kept ? random.nextInt(Math.max(1, size - undo.offset())) : 0;
                byte[] part = slice(undo.offset(), undo.offset() + torn);
                if (size > undo.sizeBefore()) {
                    Arrays.fill(bytes, undo.sizeBefore(), size, (byte) 0);
                }
                System.arraycopy(undo.before(), 0, bytes, undo.offset(), undo.before().length);
                System.arraycopy(part, 0, bytes, undo.offset(), part.length);
                size = Math.max(undo.sizeBefore(), undo.offset() + part.length);
            }
            unsynced.clear();
        }
    }

    /** The disk as one process has it. */
    private final class Mount implements LogFolder {
        private volatile boolean isDead;

        @Override
        public String name() {
            return "world";
        }

        /** Returns whether the process is killed in this operation. */
        private boolean begin() throws IOException {
            if (isDead) {
                throw new IOException("the process was killed");
            }
            isDead = operationsLeft-- <= 0;
            return isDead;
        }

        private void operate() throws IOException {
            if (begin()) {
                throw new ProcessKilled();
            }
        }

        private void change(Consumer<Map<String, Content>> change) throws IOException {
            operate();
            change.accept(names);
            unsyncedNames.add(change);
        }

        @Override
        public List<String> list() {
            return List.copyOf(names.keySet());
        }

        @Override
        public LogFile create(String name) throws IOException {
            if (names.containsKey(name)) {
                throw new FileAlreadyExistsException(name);
            }
            Content content = new Content();
            change(to -> to.put(name, content));
            return new MountedFile(content);
        }

        @Override
        public LogFile open(String name) throws IOException {
            return new MountedFile(find(name));
        }

        private Content find(String name) throws IOException {
            Content content = names.get(name);
            if (content == null) {
                throw new NoSuchFileException(name);
            }
            return content;
        }

        @Override
        public void rename(String from, String to) throws IOException {
            Content content = find(from);
            change(all -> {
                all.remove(from);
                all.put(to, content);
            });
        }

        @Override
        public void delete(String name) throws IOException {
            Content unused = find(name);
            change(all -> all.remove(name));
        }

        @Override
        public void sync() throws IOException {
            operate();
            namesOnDisk.clear();
            namesOnDisk.putAll(names);
            unsyncedNames.clear();
        }

        private final class MountedFile implements LogFile {
            private final Content content;

            private MountedFile(Content content) {
                this.content = content;
            }

            @Override
            public void write(ByteBuffer from, long offset) throws IOException {
                byte[] more = new byte[from.remaining()];
                from.get(more);
                boolean isKilled = begin();
                content.write(more, (int) offset, isKilled ? random.nextInt(more.length + 1) : more.length);
                if (isKilled) {
                    throw new ProcessKilled();
                }
            }

            @Override
            public void sync() throws IOException {
                operate();
                content.sync();
            }

            @Override
            public int read(ByteBuffer to, long offset) {
                int length = (int) Math.max(0, Math.min(to.remaining(), content.size - offset));
                to.put(content.bytes, (int) Math.min(offset, content.size), length);
                return length;
            }

            @Override
            public long size() {
                return content.size;
            }

            @Override
            public void truncate(long size) throws IOException {
                operate();
                content.truncate((int) size);
            }

            @Override
            public void close() {
                // the disk keeps the file
            }
        }
    }
}
