using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Names;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Validation;

/// <summary>The rules for the attributes of a name.</summary>
internal static class NameAttributeRules
{
    internal static void Check(NameAttributes attributes, ExternName name, ExternType type, ValidationContext context)
    {
        if (attributes.Implements is { } implements)
        {
            if (ExternName.Parse(implements, out var error) is not { } parsed)
            {
                throw context.Invalid($"`{implements}` is not a valid name: {error}");
            }
            if (parsed.Kind != ExternNameKind.Interface)
            {
                throw context.Invalid($"`{implements}` in an `implements` must be an interface");
            }
            if (type is not InstanceExtern)
            {
                throw context.Invalid("only instances can have an `implements`");
            }
            if (name.Kind != ExternNameKind.Plain)
            {
                throw context.Invalid($"name `{name.Text}` is not valid with `implements`");
            }
        }
        if (attributes.VersionSuffix is { } suffix && !Completes(name.Version, suffix))
        {
            throw context.Invalid($"the version suffix `{suffix}` does not complete the version of `{name.Text}`");
        }
    }

    private static bool Completes(string? version, string suffix) =>
        version is not null && SemanticVersion.IsCanonical(version) && SemanticVersion.IsValid(version + suffix);
}
