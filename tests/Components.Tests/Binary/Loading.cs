using Tapedeck.Wasm;

namespace Tapedeck.Components.Tests.Binary;

/// <summary>Compiles components on an engine that all tests share.</summary>
internal static class Loading
{
    internal static readonly Engine Engine = new();

    internal static Component Compile(byte[] bytes, ComponentLimits? limits = null) => Component.Compile(Engine, bytes, limits);

    /// <summary>Why the component is refused, or null if it is not. Any other exception is a finding and escapes.</summary>
    internal static InvalidComponentException? Refusal(byte[] bytes, ComponentLimits? limits = null)
    {
        try
        {
            Compile(bytes, limits).Dispose();
            return null;
        }
        catch (InvalidComponentException refusal)
        {
            return refusal;
        }
    }
}
