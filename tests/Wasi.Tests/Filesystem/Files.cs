using Tapedeck.Wasi.Filesystem;

namespace Tapedeck.Wasi.Tests.Filesystem;

/// <summary>The functions of <c>wasi:filesystem/types</c>, as a guest calls them.</summary>
internal static class Files
{
    internal const string Types = "wasi:filesystem/types";

    internal static Descriptor Root(this TestGuest host) => host.State.Preopens[0];

    internal static string Open(this TestGuest host, string path, string openFlags = "", string flags = "read", string pathFlags = "symlink-follow") =>
        host.Outcome(Types, "[method]descriptor.open-at", host.Root(), pathFlags, path, openFlags, flags);

    internal static Descriptor OpenFile(this TestGuest host, string path, string openFlags = "", string flags = "read") =>
        host.Own<Descriptor>(Types, "[method]descriptor.open-at", host.Root(), "symlink-follow", path, openFlags, flags);

    /// <summary>Null where it cannot be opened.</summary>
    internal static Descriptor? OpenIfThere(this TestGuest host, string path)
    {
        var result = host.Call(Types, "[method]descriptor.open-at", host.Root(), "symlink-follow", path, "", "read")!.Value;
        return result.CaseName == "ok" ? (Descriptor)result.CaseValue!.Value.AsHandle() : null;
    }

    internal static string Text(this TestGuest host, Descriptor file) =>
        System.Text.Encoding.UTF8.GetString(host.Ok(Types, "[method]descriptor.read", file, 65536, 0)[0].AsBytes().Span);

    internal static string[] List(this TestGuest host, Descriptor directory)
    {
        var entries = host.Own<DirectoryEntries>(Types, "[method]descriptor.read-directory", directory);
        var names = new List<string>();
        while (host.Ok(Types, "[method]directory-entry-stream.read-directory-entry", entries).CaseValue is { } entry)
        {
            names.Add(entry["name"].AsString());
        }
        entries.Dispose();
        return [.. names.Order(StringComparer.Ordinal)];
    }
}
