using Tapedeck.Components;
using Tapedeck.Policy;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Server.Calls;

/// <summary>A tool whose component is loaded and linked.</summary>
/// <param name="Gate">Whose grants are swapped while calls run.</param>
/// <param name="Options">What a call is given that begins now: values of keys are read anew where they changed.</param>
internal sealed record RunnableTool(ComponentTemplate Template, Gate Gate, Func<WasiOptions> Options);
