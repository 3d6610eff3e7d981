package io.bellwire.runtime;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Makes all files and folders of a server's data: files with mode 0600 and folders with 0700 from their first moment,
 * whatever the umask. On a platform without such modes it makes them as any others. All methods block.
 */
public final class PrivateFiles {
    private static final boolean HAS_MODES =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    private PrivateFiles() {}

    /** Opens a file; one that this creates is the owner's alone. */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), mode("rw-------"));
    }

    /** Creates the folder, and those above it that are missing. */
    public static Path createFolders(Path folder) throws IOException {
        return Files.createDirectories(folder, mode("rwx------"));
    }

    /** Creates a folder that must not exist. */
    public static Path createFolder(Path folder) throws IOException {
        return Files.createDirectory(folder, mode("rwx------"));
    }

    private static FileAttribute<?>[] mode(String permissions) {
        return HAS_MODES
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Whether others than the owner may do anything with the file or folder. */
    public static boolean isOpenToOthers(Path path) throws IOException {
        if (!HAS_MODES || Files.isSymbolicLink(path)) {
            return false;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        permissions.retainAll(OF_OTHERS);
        return !permissions.isEmpty();
    }

    /**
     * Takes from all others than the owner what they may do with the folder and all that is in it; returns how many
     * files and folders that changed. Links are not followed, and files that vanish meanwhile are left alone.
     */
    public static int closeToOthers(Path folder) throws IOException {
        int[] changed = new int[1];
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) throws IOException {
                return close(visited);
            }

            @Override
            public FileVisitResult visitFile(Path visited, BasicFileAttributes attributes) throws IOException {
                return close(visited);
            }

            @Override
            public FileVisitResult visitFileFailed(Path visited, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            private FileVisitResult close(Path visited) throws IOException {
                try {
                    if (isOpenToOthers(visited)) {
                        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(visited);
                        permissions.removeAll(OF_OTHERS);
                        Files.setPosixFilePermissions(visited, permissions);
                        changed[0]++;
                    }
                } catch (NoSuchFileException e) {
                    return FileVisitResult.CONTINUE;
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return changed[0];
    }
}
