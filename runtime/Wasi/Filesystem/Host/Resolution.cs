namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary>How paths are resolved beneath a directory.</summary>
public enum Resolution
{
    /// <summary>By <c>openat2</c> where the kernel has it and no symbolic link is on the way, else by <see cref="Walk"/>.</summary>
    Kernel,

    /// <summary>Component by component, none of them followed by the kernel. For sandboxes whose seccomp filter or kernel lacks openat2.</summary>
    Walk,
}
