namespace Tapedeck.Components.Names;

/// <summary>The name of an import or export, taken apart.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Explainer.md#import-and-export-definitions"/></remarks>
internal sealed record ExternName
{
    internal required ExternNameKind Kind { get; init; }

    /// <summary>The name as it was written.</summary>
    internal required string Text { get; init; }

    /// <summary>The plain name; of a constructor, method or static function, the resource it belongs to; of an interface, its last part.</summary>
    internal required string Label { get; init; }

    /// <summary>The name of a method or static function.</summary>
    internal string? Member { get; init; }

    /// <summary><c>namespace:package</c> of an interface.</summary>
    internal string? Package { get; init; }

    /// <summary>What follows the <c>@</c> of an interface.</summary>
    internal string? Version { get; init; }

    internal bool IsAnnotated => Kind is ExternNameKind.Constructor or ExternNameKind.Method or ExternNameKind.Static;

    /// <summary>The name that all compatible versions of an interface share, as <c>wasi:io/streams@0.2</c>; of other names, the name itself.</summary>
    internal string Canonical => Version is null ? Text : $"{Package}/{Label}@{SemanticVersion.Canonicalize(Version)}";

    /// <summary>What must be unequal for two names to be strongly unique.</summary>
    internal string Unique => Kind switch
    {
        ExternNameKind.Plain => Lower(Label),
        ExternNameKind.Constructor => $"[constructor]{Lower(Label)}",
        ExternNameKind.Interface => $"{Package}/{Lower(Label)}{(Version is null ? "" : $"@{Version}")}",
        _ when Lower(Label) == Lower(Member!) => Lower(Label),
        _ => $"{Lower(Label)}.{Lower(Member!)}",
    };

    /// <summary>The parsed name, or null and what is wrong with it.</summary>
    internal static ExternName? Parse(string text, out string error)
    {
        error = "";
        if (text.StartsWith('['))
        {
            return ParseAnnotated(text, out error);
        }
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return ParseInterface(text, out error);
        }
        if (!Names.Label.IsValid(text))
        {
            error = $"`{text}` is not in kebab case";
            return null;
        }
        return new ExternName { Kind = ExternNameKind.Plain, Text = text, Label = text };
    }

    private static ExternName? ParseAnnotated(string text, out string error)
    {
        foreach (var (prefix, kind) in Annotations)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
            {
                var rest = text[prefix.Length..];
                return kind == ExternNameKind.Constructor ? ParseConstructor(text, rest, out error) : ParseMember(text, kind, rest, out error);
            }
        }
        error = $"`{text}` is not a valid extern name: the annotation is not known";
        return null;
    }

    private static ExternName? ParseConstructor(string text, string resource, out string error)
    {
        error = Names.Label.IsValid(resource) ? "" : $"`{resource}` is not in kebab case";
        return error.Length == 0 ? new ExternName { Kind = ExternNameKind.Constructor, Text = text, Label = resource } : null;
    }

    private static ExternName? ParseMember(string text, ExternNameKind kind, string rest, out string error)
    {
        var dot = rest.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            error = $"`{text}` is not a valid extern name: failed to find `.` character";
            return null;
        }
        var (resource, member) = (rest[..dot], rest[(dot + 1)..]);
        error = !Names.Label.IsValid(resource) ? $"`{resource}` is not in kebab case" : !Names.Label.IsValid(member) ? $"`{member}` is not in kebab case" : "";
        return error.Length == 0 ? new ExternName { Kind = kind, Text = text, Label = resource, Member = member } : null;
    }

    private static ExternName? ParseInterface(string text, out string error)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var (path, version) = at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
        var colon = path.IndexOf(':', StringComparison.Ordinal);
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        error = Wrong(path, colon, slash, version) is { } wrong ? $"`{text}` is not a valid extern name: {wrong}" : "";
        return error.Length == 0
            ? new ExternName { Kind = ExternNameKind.Interface, Text = text, Label = path[(slash + 1)..], Package = path[..slash], Version = version }
            : null;
    }

    private static string? Wrong(string path, int colon, int slash, string? version)
    {
        if (colon < 0 || slash < colon)
        {
            return "expected `namespace:package/interface`";
        }
        var (space, package, projection) = (path[..colon], path[(colon + 1)..slash], path[(slash + 1)..]);
        if (!Names.Label.AreWords(space) || !Names.Label.AreWords(package) || !Names.Label.IsValid(projection))
        {
            var offender = !Names.Label.AreWords(space) ? space : !Names.Label.AreWords(package) ? package : projection;
            return $"`{offender}` is not in kebab case";
        }
        return version is null || SemanticVersion.IsValid(version) || SemanticVersion.IsCanonical(version) ? null : $"`{version}` is not a valid semver";
    }

    private static string Lower(string label) => label.ToLowerInvariant();

    private static readonly (string Prefix, ExternNameKind Kind)[] Annotations =
    [
        ("[constructor]", ExternNameKind.Constructor),
        ("[method]", ExternNameKind.Method),
        ("[static]", ExternNameKind.Static),
    ];
}
