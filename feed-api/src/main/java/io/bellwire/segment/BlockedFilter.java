package io.bellwire.segment;

/**
 * Tells of most things that are not in a segment that they are not: a Bloom filter whose bits of one key lie in one
 * cache line (Putze, Sanders, Singler: "Cache-, Hash- and Space-Efficient Bloom Filters", 2007). Of 1,000 keys that are not there it
 * lets about 3 through. Thread-safe once it is filled.
 */
final class BlockedFilter {
    private static final int LINE_WORDS = 8;
    private static final int BITS_PER_KEY = 12;
    private static final int PROBES = 6;
    private static final int WORD_BITS = 6;
    private static final int LINE_BITS_MASK = LINE_WORDS * Long.SIZE - 1;

    private final long[] words;

    private BlockedFilter(long[] words) {
        this.words = words;
    }

    /** An empty one for so many keys. */
    static BlockedFilter forKeys(int keys) {
        long lines = Math.max(1, ((long) keys * BITS_PER_KEY + LINE_BITS_MASK) / (LINE_BITS_MASK + 1));
        return new BlockedFilter(new long[(int) lines * LINE_WORDS]);
    }

    /** One that {@link #words} was asked of. */
    static BlockedFilter of(long[] words) {
        return new BlockedFilter(words);
    }

    long[] words() {
        return words;
    }

    void add(long hash) {
        long mixed = mix(hash);
        int line = line(mixed);
        for (int i = 0, bit = (int) mixed; i < PROBES; i++, bit += (int) (mixed >>> Integer.SIZE) | 1) {
            words[line + word(bit)] |= 1L << bit;
        }
    }

    boolean mayContain(long hash) {
        long mixed = mix(hash);
        int line = line(mixed);
        for (int i = 0, bit = (int) mixed; i < PROBES; i++, bit += (int) (mixed >>> Integer.SIZE) | 1) {
            if ((words[line + word(bit)] & (1L << bit)) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int word(int bit) {
        return (bit & LINE_BITS_MASK) >>> WORD_BITS;
    }

    private int line(long mixed) {
        int lines = words.length / LINE_WORDS;
        return (int) Math.multiplyHigh(mixed >>> 1, (long) lines << 1) * LINE_WORDS;
    }

    /** Spreads hashes that have much in common: the finalizer of murmur3. */
    private static long mix(long hash) {
        long mixed = hash;
        mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }
}
