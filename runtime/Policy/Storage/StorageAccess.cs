namespace Tapedeck.Policy.Storage;

/// <summary>What a storage entry grants or denies.</summary>
[Flags]
public enum StorageAccess
{
    None = 0,
    Read = 1,
    Write = 2,
    ReadWrite = Read | Write,
}
