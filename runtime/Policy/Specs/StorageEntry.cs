using System.Collections.Immutable;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Policy.Specs;

/// <summary>An entry of <c>storage.allow</c>: a volume at a path.</summary>
public sealed record StorageEntry(Volume Volume, GuestPath Path, StorageAccess Access)
{
    /// <summary>The folder of the volume that is shown; null is all of it.</summary>
    public string? SubPath { get; init; }

    /// <summary>Which files below the path; empty is all of them.</summary>
    public ImmutableArray<Glob> Globs { get; init; } = [];

    public override string ToString() => Text.Join(
    [
        ("path", Path),
        ("volume", Volume),
        ("subPath", SubPath),
        ("access", Access),
        ("globs", Globs.IsEmpty ? null : string.Join(',', Globs.Select(glob => glob.Text).Order(StringComparer.Ordinal))),
    ]);
}
