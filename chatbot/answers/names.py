"""First names that are common in Britain, to tell a person from a thing in small letters.

Names that are everyday words as well (will, may, grace, hope, mark...) are left out: with a
surname or a capital letter they are found otherwise.
"""

from typing import Final

_NAMES: Final = """
aaron abdul abigail adam adrian ahmed aidan alan alex alexander alexandra alfie ali alice alison
amanda amber amelia amina amir amy andrea andrew andy angela anita ann anna anne anthony antony
arthur ashley barbara barry becky ben benjamin bernard beth bethany bev bob bobby bradley brandon
brenda brian bruce callum cameron carl carly carol caroline catherine charles charlie charlotte
chelsea cheryl chloe chris christian christina christine christopher claire clare clive colin
connor craig dale dan daniel danielle danny darren dave david dawn dean debbie deborah declan
denise dennis derek diane dominic donna dorothy douglas dylan eddie edward eileen elaine eleanor
elizabeth ella ellie emily emma eric ethan eva evan evie fatima fiona francesca gareth gary gavin
gemma geoff geoffrey george gerald gillian glenn gordon graham greg hannah harriet harry hassan
hayley heather helen henry holly howard hugh ian imran isaac isabella isla ivan jack jackie jacob
jacqueline jade jake james jamie jan jane janet janice jason jean jeff jennifer jenny jeremy
jessica jim jimmy joan joanna joanne joe joel john johnny jon jonathan jordan joseph josh joshua
joyce judith julia julian julie justin karen karl kate katherine kathleen katie kayleigh keith
kelly ken kenneth kerry kevin kieran kim kirsty kyle lauren laura lee leanne leo leon leslie lewis
liam linda lindsey lisa liz logan louis louise lucas lucy luke lydia lynn lynne maddie malcolm
margaret maria marie marion martin mary mason matt matthew maureen max megan melanie melissa mia
michael michelle mick mike mo mohamed mohammed molly muhammad nadia naomi natalie natasha nathan
neil nicholas nick nicky nicola nigel noah oliver olivia omar oscar owen pamela patricia patrick
paul paula pauline peter phil philip phillip phoebe piotr rachel raj ralph rebecca reece rhys
richard ricky rita rob robert robin rodney roger ron ronald rory ross roy russell ruth ryan sally
sam samantha samuel sandra sara sarah scott sean shane shannon sharon shaun sheila shirley sian
simon sophia sophie stacey stanley stefan stella stephanie stephen steve steven stewart stuart sue
susan suzanne tanya tara ted teresa terry theresa thomas tim timothy tina toby tom tommy tony
tracey tracy trevor tyler valerie vanessa vicky victor victoria vincent wayne wendy william yasmin
yusuf yvonne zach zara zoe
"""
FIRST_NAMES: Final = frozenset(_NAMES.split())
