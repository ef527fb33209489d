using Tapedeck.Policy;
using Tapedeck.Server.Calls;

namespace Tapedeck.Server.Loading;

/// <summary>What a tool has whatever version of it is loaded: its gate, the slots of its calls, and what is granted to them.</summary>
internal sealed record ToolSeat(Gate Gate, CallSlots Slots, GrantedOptions Options);
