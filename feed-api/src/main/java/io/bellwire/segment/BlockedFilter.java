package io.bellwire.segment;

/**
 * A Bloom filter of 64-bit hashes whose bits of one key lie in one cache line (Putze, Sanders, Singler: "Cache-, Hash-
 * and Space-Efficient Bloom Filters", 2007): it saves the search in an index for almost every key that is not in the
 * segment. Of 1,000 keys that were not added it reports about 3 as possibly there. Thread-safe once it is filled.
 */
final class BlockedFilter {
    private static final int CACHE_LINE_WORDS = 8;
    private static final int BITS_PER_KEY = 12;
    private static final int PROBES = 6;
    private static final int WORD_BITS = 6;
    private static final int CACHE_LINE_BITS_MASK = CACHE_LINE_WORDS * Long.SIZE - 1;

    private final long[] words;

    private BlockedFilter(long[] words) {
        this.words = words;
    }

    /** An empty filter for this many keys. */
    static BlockedFilter forKeys(int keys) {
        long cacheLines = Math.max(1, ((long) keys * BITS_PER_KEY + CACHE_LINE_BITS_MASK) / (CACHE_LINE_BITS_MASK + 1));
        return new BlockedFilter(new long[(int) cacheLines * CACHE_LINE_WORDS]);
    }

    /** The filter whose {@link #words} these are. */
    static BlockedFilter of(long[] words) {
        return new BlockedFilter(words);
    }

    long[] words() {
        return words;
    }

    void add(long hash) {
        long mixed = mix(hash);
        int firstWord = firstWordOf(mixed);
        for (int i = 0, bit = (int) mixed; i < PROBES; i++, bit += (int) (mixed >>> Integer.SIZE) | 1) {
            words[firstWord + wordOf(bit)] |= 1L << bit;
        }
    }

    /** False if the hash was never added; true if it was added, and rarely if it was not. */
    boolean mayContain(long hash) {
        long mixed = mix(hash);
        int firstWord = firstWordOf(mixed);
        for (int i = 0, bit = (int) mixed; i < PROBES; i++, bit += (int) (mixed >>> Integer.SIZE) | 1) {
            if ((words[firstWord + wordOf(bit)] & (1L << bit)) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int wordOf(int bit) {
        return (bit & CACHE_LINE_BITS_MASK) >>> WORD_BITS;
    }

    /** The first word of the cache line that has the bits of this hash. */
    private int firstWordOf(long mixed) {
        int cacheLines = words.length / CACHE_LINE_WORDS;
        return (int) Math.multiplyHigh(mixed >>> 1, (long) cacheLines << 1) * CACHE_LINE_WORDS;
    }

    /** Spreads hashes that differ in few bits: the finalizer of murmur3. */
    private static long mix(long hash) {
        long mixed = hash;
        mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }
}
