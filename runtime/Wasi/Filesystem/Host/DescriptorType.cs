namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary><c>enum descriptor-type</c> of <c>wasi:filesystem/types</c>, in its order.</summary>
internal enum DescriptorType
{
    Unknown,
    BlockDevice,
    CharacterDevice,
    Directory,
    Fifo,
    SymbolicLink,
    RegularFile,
    Socket,
}
