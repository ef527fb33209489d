using Tapedeck.Wasm.Caching;

namespace Tapedeck.Bench.Workers;

/// <summary>Keeps translations in a folder that this run has made for itself, so nothing in it is foreign.</summary>
internal sealed class FolderCodeStore(string folder) : ICodeStore
{
    /// <summary>No secret: the folder is the run's own, and two processes of it have to agree.</summary>
    internal static readonly byte[] Key = new byte[32];

    public byte[]? Read(string key) => File.Exists(PathOf(key)) ? File.ReadAllBytes(PathOf(key)) : null;

    public void Write(string key, ReadOnlySpan<byte> entry)
    {
        var draft = PathOf(key) + ".draft";
        File.WriteAllBytes(draft, entry);
        File.Move(draft, PathOf(key), overwrite: true);
    }

    private string PathOf(string key) => Path.Combine(folder, key.Replace('/', '-'));
}
