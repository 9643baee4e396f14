from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.model_attention import check_model_attention
from ..models.model_attention import ModelAttention
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.model_extra import ModelExtra


T = TypeVar("T", bound="Model")


@_attrs_define
class Model:
    """A transformer's architecture, enough to count every operator; zero means "has none".

    `layers` = n_full + n_window + n_linear (attention kinds by layer) and also = n_moe + n_dense
    (feed-forward kinds), but where a layer holds one of the two (Nemotron-H: `layers` counts
    mixers) or more of both (LongCat). A model of which only sizes are known has `layers` = 0 and
    is replaced by `proxy` (id of a model of like shape), scaled by active parameters.

        Attributes:
            id (str): Catalogue id.
            name (str): As its maker writes it.
            developer (str): Its maker.
            released (str): Day of its release.
            total_params (float): All parameters.
            active_params (float): Parameters that a token passes.
            weight_dtype (str): bf16, fp8, fp4, int4 as released; of a mixture, that of the experts.
            attention (ModelAttention): Kind of attention as it is counted.
            attn_type (str): The full word: gqa, gqa_swa, gqa_chunked, mla_dsa, hybrid_gdn, …
            layers (int | Unset): Layers. Default: 0.
            n_full_layers (int | Unset): Layers whose cache grows with the whole context. Default: 0.
            n_window_layers (int | Unset): Layers with a sliding or chunked window. Default: 0.
            n_linear_layers (int | Unset): Linear or recurrent layers: a state that does not grow. Default: 0.
            window (int | Unset): Length of the window. Default: 0.
            hidden (int | Unset): Width of the residual stream. Default: 0.
            heads (int | Unset): Query heads. Default: 0.
            kv_heads (int | Unset): Key and value heads. Default: 0.
            head_dim (int | Unset): Width of a head. Default: 0.
            v_head_dim (int | Unset): Width of a value head where it differs. Default: 0.
            q_lora (int | Unset): Rank of compressed queries. Default: 0.
            kv_lora (int | Unset): Rank of compressed keys and values. Default: 0.
            qk_nope (int | Unset): Part of a head without position. Default: 0.
            qk_rope (int | Unset): Part of a head with position. Default: 0.
            index_heads (int | Unset): Heads of the index of sparse attention. Default: 0.
            index_dim (int | Unset): Width of its heads. Default: 0.
            index_topk (int | Unset): Tokens attended per query where attention is sparse by an index. Default: 0.
            dense_ffn (int | Unset): Width of the gated feed-forward (three matrices). Default: 0.
            n_dense_layers (int | Unset): Layers with a dense feed-forward. Default: 0.
            n_moe_layers (int | Unset): Layers with experts. Default: 0.
            experts (int | Unset): Experts of a layer. Default: 0.
            top_k (int | Unset): Experts that a token passes. Default: 0.
            expert_ffn (int | Unset): Width of an expert. Default: 0.
            shared_ffn (int | Unset): Width of the shared experts together. Default: 0.
            vocab (int | Unset): Words of the vocabulary. Default: 0.
            tied_embeddings (bool | Unset): Whether input and output embeddings are one. Default: False.
            mtp_layers (int | Unset): Layers for multi-token prediction. Default: 0.
            max_context (int | Unset): Longest context it is made for. Default: 0.
            extra (ModelExtra | Unset): Numbers that only one family has, for example of linear states.
            proxy (str | Unset): Id of the model of like shape that stands in. Default: ''.
            kv_bytes_per_token_bf16 (float | Unset): Published or counted cache, its growing part. Default: 0.0.
            source (str | Unset): Where the figures are from. Default: ''.
            grade (str | Unset): How good the source is. Default: ''.
            aliases (list[str] | Unset): Other ways to write it.
            note (str | Unset): What a reader should know. Default: ''.
            dense_dtype (str | Unset): Format of everything but the experts. Default: ''.
            proxy_reason (str | Unset): Why that model stands in. Default: ''.
            hf_repo (str | Unset): Its Hugging Face repository. Default: ''.
            left_out (str | Unset): What counts and times leave out of it, which every answer says. Default: ''.
    """

    id: str
    name: str
    developer: str
    released: str
    total_params: float
    active_params: float
    weight_dtype: str
    attention: ModelAttention
    attn_type: str
    layers: int | Unset = 0
    n_full_layers: int | Unset = 0
    n_window_layers: int | Unset = 0
    n_linear_layers: int | Unset = 0
    window: int | Unset = 0
    hidden: int | Unset = 0
    heads: int | Unset = 0
    kv_heads: int | Unset = 0
    head_dim: int | Unset = 0
    v_head_dim: int | Unset = 0
    q_lora: int | Unset = 0
    kv_lora: int | Unset = 0
    qk_nope: int | Unset = 0
    qk_rope: int | Unset = 0
    index_heads: int | Unset = 0
    index_dim: int | Unset = 0
    index_topk: int | Unset = 0
    dense_ffn: int | Unset = 0
    n_dense_layers: int | Unset = 0
    n_moe_layers: int | Unset = 0
    experts: int | Unset = 0
    top_k: int | Unset = 0
    expert_ffn: int | Unset = 0
    shared_ffn: int | Unset = 0
    vocab: int | Unset = 0
    tied_embeddings: bool | Unset = False
    mtp_layers: int | Unset = 0
    max_context: int | Unset = 0
    extra: ModelExtra | Unset = UNSET
    proxy: str | Unset = ""
    kv_bytes_per_token_bf16: float | Unset = 0.0
    source: str | Unset = ""
    grade: str | Unset = ""
    aliases: list[str] | Unset = UNSET
    note: str | Unset = ""
    dense_dtype: str | Unset = ""
    proxy_reason: str | Unset = ""
    hf_repo: str | Unset = ""
    left_out: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        from ..models.model_extra import ModelExtra  # noqa: PLC0415

        id = self.id

        name = self.name

        developer = self.developer

        released = self.released

        total_params = self.total_params

        active_params = self.active_params

        weight_dtype = self.weight_dtype

        attention: str = self.attention

        attn_type = self.attn_type

        layers = self.layers

        n_full_layers = self.n_full_layers

        n_window_layers = self.n_window_layers

        n_linear_layers = self.n_linear_layers

        window = self.window

        hidden = self.hidden

        heads = self.heads

        kv_heads = self.kv_heads

        head_dim = self.head_dim

        v_head_dim = self.v_head_dim

        q_lora = self.q_lora

        kv_lora = self.kv_lora

        qk_nope = self.qk_nope

        qk_rope = self.qk_rope

        index_heads = self.index_heads

        index_dim = self.index_dim

        index_topk = self.index_topk

        dense_ffn = self.dense_ffn

        n_dense_layers = self.n_dense_layers

        n_moe_layers = self.n_moe_layers

        experts = self.experts

        top_k = self.top_k

        expert_ffn = self.expert_ffn

        shared_ffn = self.shared_ffn

        vocab = self.vocab

        tied_embeddings = self.tied_embeddings

        mtp_layers = self.mtp_layers

        max_context = self.max_context

        extra: dict[str, Any] | Unset = UNSET
        if not isinstance(self.extra, Unset):
            extra = self.extra.to_dict()

        proxy = self.proxy

        kv_bytes_per_token_bf16 = self.kv_bytes_per_token_bf16

        source = self.source

        grade = self.grade

        aliases: list[str] | Unset = UNSET
        if not isinstance(self.aliases, Unset):
            aliases = self.aliases

        note = self.note

        dense_dtype = self.dense_dtype

        proxy_reason = self.proxy_reason

        hf_repo = self.hf_repo

        left_out = self.left_out

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "developer": developer,
                "released": released,
                "total_params": total_params,
                "active_params": active_params,
                "weight_dtype": weight_dtype,
                "attention": attention,
                "attn_type": attn_type,
            }
        )
        if layers is not UNSET:
            field_dict["layers"] = layers
        if n_full_layers is not UNSET:
            field_dict["n_full_layers"] = n_full_layers
        if n_window_layers is not UNSET:
            field_dict["n_window_layers"] = n_window_layers
        if n_linear_layers is not UNSET:
            field_dict["n_linear_layers"] = n_linear_layers
        if window is not UNSET:
            field_dict["window"] = window
        if hidden is not UNSET:
            field_dict["hidden"] = hidden
        if heads is not UNSET:
            field_dict["heads"] = heads
        if kv_heads is not UNSET:
            field_dict["kv_heads"] = kv_heads
        if head_dim is not UNSET:
            field_dict["head_dim"] = head_dim
        if v_head_dim is not UNSET:
            field_dict["v_head_dim"] = v_head_dim
        if q_lora is not UNSET:
            field_dict["q_lora"] = q_lora
        if kv_lora is not UNSET:
            field_dict["kv_lora"] = kv_lora
        if qk_nope is not UNSET:
            field_dict["qk_nope"] = qk_nope
        if qk_rope is not UNSET:
            field_dict["qk_rope"] = qk_rope
        if index_heads is not UNSET:
            field_dict["index_heads"] = index_heads
        if index_dim is not UNSET:
            field_dict["index_dim"] = index_dim
        if index_topk is not UNSET:
            field_dict["index_topk"] = index_topk
        if dense_ffn is not UNSET:
            field_dict["dense_ffn"] = dense_ffn
        if n_dense_layers is not UNSET:
            field_dict["n_dense_layers"] = n_dense_layers
        if n_moe_layers is not UNSET:
            field_dict["n_moe_layers"] = n_moe_layers
        if experts is not UNSET:
            field_dict["experts"] = experts
        if top_k is not UNSET:
            field_dict["top_k"] = top_k
        if expert_ffn is not UNSET:
            field_dict["expert_ffn"] = expert_ffn
        if shared_ffn is not UNSET:
            field_dict["shared_ffn"] = shared_ffn
        if vocab is not UNSET:
            field_dict["vocab"] = vocab
        if tied_embeddings is not UNSET:
            field_dict["tied_embeddings"] = tied_embeddings
        if mtp_layers is not UNSET:
            field_dict["mtp_layers"] = mtp_layers
        if max_context is not UNSET:
            field_dict["max_context"] = max_context
        if extra is not UNSET:
            field_dict["extra"] = extra
        if proxy is not UNSET:
            field_dict["proxy"] = proxy
        if kv_bytes_per_token_bf16 is not UNSET:
            field_dict["kv_bytes_per_token_bf16"] = kv_bytes_per_token_bf16
        if source is not UNSET:
            field_dict["source"] = source
        if grade is not UNSET:
            field_dict["grade"] = grade
        if aliases is not UNSET:
            field_dict["aliases"] = aliases
        if note is not UNSET:
            field_dict["note"] = note
        if dense_dtype is not UNSET:
            field_dict["dense_dtype"] = dense_dtype
        if proxy_reason is not UNSET:
            field_dict["proxy_reason"] = proxy_reason
        if hf_repo is not UNSET:
            field_dict["hf_repo"] = hf_repo
        if left_out is not UNSET:
            field_dict["left_out"] = left_out

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_extra import ModelExtra  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        developer = d.pop("developer")

        released = d.pop("released")

        total_params = d.pop("total_params")

        active_params = d.pop("active_params")

        weight_dtype = d.pop("weight_dtype")

        attention = check_model_attention(d.pop("attention"))

        attn_type = d.pop("attn_type")

        layers = d.pop("layers", UNSET)

        n_full_layers = d.pop("n_full_layers", UNSET)

        n_window_layers = d.pop("n_window_layers", UNSET)

        n_linear_layers = d.pop("n_linear_layers", UNSET)

        window = d.pop("window", UNSET)

        hidden = d.pop("hidden", UNSET)

        heads = d.pop("heads", UNSET)

        kv_heads = d.pop("kv_heads", UNSET)

        head_dim = d.pop("head_dim", UNSET)

        v_head_dim = d.pop("v_head_dim", UNSET)

        q_lora = d.pop("q_lora", UNSET)

        kv_lora = d.pop("kv_lora", UNSET)

        qk_nope = d.pop("qk_nope", UNSET)

        qk_rope = d.pop("qk_rope", UNSET)

        index_heads = d.pop("index_heads", UNSET)

        index_dim = d.pop("index_dim", UNSET)

        index_topk = d.pop("index_topk", UNSET)

        dense_ffn = d.pop("dense_ffn", UNSET)

        n_dense_layers = d.pop("n_dense_layers", UNSET)

        n_moe_layers = d.pop("n_moe_layers", UNSET)

        experts = d.pop("experts", UNSET)

        top_k = d.pop("top_k", UNSET)

        expert_ffn = d.pop("expert_ffn", UNSET)

        shared_ffn = d.pop("shared_ffn", UNSET)

        vocab = d.pop("vocab", UNSET)

        tied_embeddings = d.pop("tied_embeddings", UNSET)

        mtp_layers = d.pop("mtp_layers", UNSET)

        max_context = d.pop("max_context", UNSET)

        _extra = d.pop("extra", UNSET)
        extra: ModelExtra | Unset
        if isinstance(_extra, Unset):
            extra = UNSET
        else:
            extra = ModelExtra.from_dict(_extra)

        proxy = d.pop("proxy", UNSET)

        kv_bytes_per_token_bf16 = d.pop("kv_bytes_per_token_bf16", UNSET)

        source = d.pop("source", UNSET)

        grade = d.pop("grade", UNSET)

        aliases = cast(list[str], d.pop("aliases", UNSET))

        note = d.pop("note", UNSET)

        dense_dtype = d.pop("dense_dtype", UNSET)

        proxy_reason = d.pop("proxy_reason", UNSET)

        hf_repo = d.pop("hf_repo", UNSET)

        left_out = d.pop("left_out", UNSET)

        model = cls(
            id=id,
            name=name,
            developer=developer,
            released=released,
            total_params=total_params,
            active_params=active_params,
            weight_dtype=weight_dtype,
            attention=attention,
            attn_type=attn_type,
            layers=layers,
            n_full_layers=n_full_layers,
            n_window_layers=n_window_layers,
            n_linear_layers=n_linear_layers,
            window=window,
            hidden=hidden,
            heads=heads,
            kv_heads=kv_heads,
            head_dim=head_dim,
            v_head_dim=v_head_dim,
            q_lora=q_lora,
            kv_lora=kv_lora,
            qk_nope=qk_nope,
            qk_rope=qk_rope,
            index_heads=index_heads,
            index_dim=index_dim,
            index_topk=index_topk,
            dense_ffn=dense_ffn,
            n_dense_layers=n_dense_layers,
            n_moe_layers=n_moe_layers,
            experts=experts,
            top_k=top_k,
            expert_ffn=expert_ffn,
            shared_ffn=shared_ffn,
            vocab=vocab,
            tied_embeddings=tied_embeddings,
            mtp_layers=mtp_layers,
            max_context=max_context,
            extra=extra,
            proxy=proxy,
            kv_bytes_per_token_bf16=kv_bytes_per_token_bf16,
            source=source,
            grade=grade,
            aliases=aliases,
            note=note,
            dense_dtype=dense_dtype,
            proxy_reason=proxy_reason,
            hf_repo=hf_repo,
            left_out=left_out,
        )

        return model
