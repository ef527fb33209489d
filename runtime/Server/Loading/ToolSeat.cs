using Tapedeck.Policy;
using Tapedeck.Server.Calls;

namespace Tapedeck.Server.Loading;

/// <summary>What a tool has whatever version of it is loaded: its gate, the slots of its calls, what is granted to them, and its series in the metrics.</summary>
internal sealed record ToolSeat(Gate Gate, CallSlots Slots, GrantedOptions Options, ToolSeries Series);
