using System.Collections.Immutable;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Policy.Checks;

/// <summary>
/// Paths below a preopen, by their text. The host keeps the walk itself below the preopen, and asks again about the path that it found: a
/// link may have led from a path that is granted to one that is not.
/// </summary>
internal static class Filesystem
{
    internal static readonly NamedCheck[] Checks =
    [
        new("is it well formed?", PathIsWellFormed),
        new("does it stay in its preopen?", PathStaysBelowRoot),
        new("does a ceiling deny it?", DeniedByCeiling, static (in HostRequest _, Grants grants) => RuleWords.Of(grants.Storage.Ceiling)),
        new("does a policy deny it?", DeniedByPolicy, static (in HostRequest _, Grants grants) => RuleWords.Of(grants.Storage.Deny)),
        new("does a rule allow it?", AllowedByRule, static (in HostRequest _, Grants grants) => RuleWords.Of(grants.Sum.Storage.Allow)),
    ];

    private static Finding? PathIsWellFormed(in HostRequest request, Grants grants) =>
        request.File.Length > RelativePath.MostCharacters || request.File.Contains('\0', StringComparison.Ordinal)
            ? Finding.Malformed("the path is too long or holds a zero character")
            : null;

    private static Finding? PathStaysBelowRoot(in HostRequest request, Grants grants) =>
        RelativePath.StaysBelow(request.File)
            ? null
            : new(DecisionReason.OutsideRoot, null, $"{request} leaves its preopen");

    private static Finding? DeniedByCeiling(in HostRequest request, Grants grants) => Denied(grants.Storage.Ceiling, request, grants);

    private static Finding? DeniedByPolicy(in HostRequest request, Grants grants) => Denied(grants.Storage.Deny, request, grants);

    private static Finding? Denied(ImmutableArray<Rule<StorageDenyEntry>> rules, in HostRequest request, Grants grants)
    {
        if (rules.IsEmpty)
        {
            return null;
        }
        Span<char> buffer = stackalloc char[request.File.Length];
        var file = buffer[..RelativePath.Resolve(request.File, buffer)];
        var volume = grants.Storage.Find(request.Preopen)?.Volume.Kind;
        foreach (var rule in rules)
        {
            if ((rule.Entry.Access & AccessOf(request.Use)) != 0 && (rule.Entry.Source ?? volume) == volume
                && (rule.Entry.Path is not { } path || Touches(path.Value, request, file)))
            {
                return Finding.Denied(request, rule.Reference);
            }
        }
        return null;
    }

    /// <summary>True where the request is about the denied path or something below it; a move also where it takes the denied path along.</summary>
    private static bool Touches(ReadOnlySpan<char> denied, in HostRequest request, ReadOnlySpan<char> file) =>
        IsBelow(denied, request.Preopen, file) || (request.Use == StorageUse.Move && IsAbove(denied, request.Preopen, file));

    /// <summary>True where <c>root/file</c> is <paramref name="denied"/> or below it.</summary>
    private static bool IsBelow(ReadOnlySpan<char> denied, ReadOnlySpan<char> root, ReadOnlySpan<char> file)
    {
        if (denied.Length <= root.Length)
        {
            return StartsWithPath(root, denied);
        }
        return StartsWithPath(denied, root) && StartsWithPath(file, denied[(root.Length + 1)..]);
    }

    /// <summary>True where <paramref name="denied"/> is <c>root/file</c> or below it.</summary>
    private static bool IsAbove(ReadOnlySpan<char> denied, ReadOnlySpan<char> root, ReadOnlySpan<char> file) =>
        denied.Length > root.Length && StartsWithPath(denied, root) && (file.IsEmpty || StartsWithPath(denied[(root.Length + 1)..], file));

    private static bool StartsWithPath(ReadOnlySpan<char> path, ReadOnlySpan<char> prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/');

    private static Finding? AllowedByRule(in HostRequest request, Grants grants)
    {
        if (grants.Storage.Find(request.Preopen) is not { } preopen)
        {
            return null;
        }
        Span<char> buffer = stackalloc char[request.File.Length];
        var file = buffer[..RelativePath.Resolve(request.File, buffer)];
        Rule<StorageEntry>? readOnly = null;
        foreach (var rule in preopen.Rules)
        {
            if (!IsMeant(rule.Entry, request, file))
            {
                continue;
            }
            if ((AccessOf(request.Use) & ~rule.Entry.Access) == 0)
            {
                return Finding.Granted(rule.Reference);
            }
            readOnly = rule;
        }
        return readOnly is null ? null : new(DecisionReason.ReadOnly, readOnly.Reference, $"{readOnly.Reference} grants {request.Preopen} read-only");
    }

    private static bool IsMeant(StorageEntry entry, in HostRequest request, ReadOnlySpan<char> file)
    {
        if (entry.Globs.IsEmpty)
        {
            return true;
        }
        // What a folder takes along when it moves is not looked through.
        if (request.IsDirectory && request.Use == StorageUse.Move)
        {
            return false;
        }
        foreach (var glob in entry.Globs)
        {
            if ((!file.IsEmpty && glob.Matches(file)) || (request.IsDirectory && request.Use == StorageUse.Read && glob.MayMatchBelow(file)))
            {
                return true;
            }
        }
        return false;
    }

    private static StorageAccess AccessOf(StorageUse use) => use switch
    {
        StorageUse.Read => StorageAccess.Read,
        StorageUse.Write => StorageAccess.Write,
        _ => StorageAccess.ReadWrite,
    };
}
