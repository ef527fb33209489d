namespace Tapedeck.Wasi.Filesystem;

/// <summary><c>flags descriptor-flags</c>, in its order.</summary>
[Flags]
internal enum DescriptorFlags
{
    None = 0,
    Read = 1,
    Write = 2,
    FileIntegritySync = 4,
    DataIntegritySync = 8,
    RequestedWriteSync = 16,
    MutateDirectory = 32,
}
